/// Decides what is kept between the socket and a slower reader: chunks in order, and when to stop reading and go on.
struct BodyBuffer {
    /// Above this weight the transfer is paused.
    static let highWater = 56 << 10
    /// At or below this weight a paused transfer goes on.
    static let lowWater = 24 << 10
    /// What a chunk weighs beside its bytes, so that a flood of tiny chunks is bounded too.
    static let chunkOverhead = 64

    private var chunks = Queue<BodyChunk>()
    private(set) var weight = 0
    private(set) var isPaused = false

    /// Takes a chunk in, or refuses it and is paused; a refused chunk is to be offered again once `take` said so.
    mutating func offer(_ chunk: BodyChunk) -> Bool {
        let added = chunk.bytes.count + Self.chunkOverhead
        guard weight == 0 || weight + added <= Self.highWater else {
            isPaused = true
            return false
        }
        weight += added
        chunks.append(chunk)
        return true
    }

    /// The oldest chunk, and whether the paused transfer should go on now; `nil`: there is none.
    mutating func take() -> (chunk: BodyChunk, resume: Bool)? {
        guard let chunk = chunks.popFirst() else { return nil }
        weight -= chunk.bytes.count + Self.chunkOverhead
        let resume = isPaused && weight <= Self.lowWater
        if resume { isPaused = false }
        return (chunk, resume)
    }

    /// Lets go of everything.
    mutating func discard() {
        self = BodyBuffer()
    }
}
