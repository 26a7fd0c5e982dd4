public import Chat

/// Asks once for identical calls that are under way at the same time: the others listen in, streams included, and hear
/// every piece from the first.
///
/// Identical is everything but the trace: the whole request, the repeat, the caller, the run's partition. Calls are
/// shared where the cache would share their answers, or where the temperature is 0. The call upstream does not end
/// with the caller that began it, but with the last that listens; its error is everybody's, its cost counts once.
public struct SingleFlightStage: Stage {
    public let name = "single_flight"
    private let sharesAll: Bool
    private let readsVariables: Bool
    private let start: StageResources.TaskStart
    private let flights = Locked<[Key: Flight]>([:])

    private struct Key: Hashable {
        var request: ChatRequest
        var repeatIndex: Int
        var caller: String?
        var partition: String?
        var knowledge: String?
        var modelIdentity: String?
        var cacheUse: CallContext.CacheUse?
        var variables: [String: String]?
        /// Whether somebody hears the pieces: a call that nobody hears may be answered in another way.
        var isHeard: Bool
    }

    /// - Parameters:
    ///   - sharesAll: whether calls at any temperature are shared, as behind a cache.
    ///   - readsVariables: whether the model reads the sample's fields besides the request; see `CacheKey`.
    ///   - start: starts the task of a call upstream.
    public init(sharesAll: Bool, readsVariables: Bool = false, start: @escaping StageResources.TaskStart) {
        self.sharesAll = sharesAll
        self.readsVariables = readsVariables
        self.start = start
    }

    static let definition = StageDefinition(
        name: "single_flight", settings: [], words: ["on"], onByDefault: false
    ) { _, resources in
        resources.startTask.map { start in
            SingleFlightStage(
                sharesAll: resources.hasCache, readsVariables: resources.readsVariables, start: start)
        }
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let isShared =
            switch call.context.cacheUse {
            case .off: false
            case .exact, .semantic: true
            case nil: sharesAll || call.request.parameters.temperature == 0
            }
        // Who wants to know why the cache has no answer is told of a call of their own.
        guard isShared, !call.context.explainsCache else { return try await next.reply(to: call) }
        let key = key(of: call)
        let (flight, listener) = join(key)
        if listener == 0 { begin(flight, key, call, next) } else { note = "shared" }
        defer {
            if flight.leave(listener) { forget(flight, key) }
        }
        return try await flight.listen(listener, call.onDelta)
    }

    private func key(of call: ChatCall) -> Key {
        let context = call.context
        return Key(
            request: call.request, repeatIndex: context.repeatIndex, caller: context.caller,
            partition: context.cachePartition, knowledge: context.knowledge, modelIdentity: context.modelIdentity,
            cacheUse: context.cacheUse, variables: readsVariables ? context.variables : nil,
            isHeard: call.onDelta != nil)
    }

    private func join(_ key: Key) -> (Flight, listener: Int) {
        flights.withLock { flights in
            if let flight = flights[key], let listener = flight.join() { return (flight, listener) }
            let flight = Flight()
            flights[key] = flight
            return (flight, flight.join() ?? 0)
        }
    }

    private func begin(_ flight: Flight, _ key: Key, _ call: ChatCall, _ next: any ChatModel) {
        var shared = call
        if call.onDelta != nil {
            shared.onDelta = { delta throws(ChatError) in try await flight.append(delta) }
        }
        let asked = shared
        let task = start {
            let result: Result<ChatReply, ChatError>
            do throws(ChatError) { result = .success(try await next.reply(to: asked)) } catch {
                result = .failure(error)
            }
            forget(flight, key)
            flight.finish(result)
        }
        flight.run(in: task)
    }

    /// Lets nobody join any more.
    private func forget(_ flight: Flight, _ key: Key) {
        flights.withLock { flights in
            if flights[key] === flight { flights[key] = nil }
        }
    }
}
