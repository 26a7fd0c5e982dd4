/// Runs `body` while a server serves, and stops the server behind: for tests and rehearsals inside one process.
///
/// ```swift
/// try await whileServing({ onReady in try await server.run(onReady: onReady) }) { port in … }
/// ```
/// - Parameters:
///   - serve: serves until it is cancelled; tells the port once it listens.
///   - body: is given that port.
/// - Throws: what `serve` throws before it listens, and what `body` throws.
public func whileServing<Result: Sendable>(
    _ serve: @escaping @Sendable (@escaping @Sendable (Int) async -> Void) async throws -> Void,
    _ body: (Int) async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        group.addTask {
            defer { ready.finish() }
            try await serve { ready.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await group.waitForAll()
            throw CancellationError()
        }
        defer { group.cancelAll() }
        return try await body(port)
    }
}
