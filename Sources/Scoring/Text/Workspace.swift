import Chat

/// The memory in which one segment is scored: texts, tokens, their numbers, tables; used again from segment to segment.
final class Workspace {
    let text = TextBuffer()
    let vocabulary = Vocabulary()
    let scalars = ScalarNumbers()
    let matcher = NGramMatcher()
    let subsequence = CommonSubsequence()
    let alignment = LineAlignment()
    let edits = TranslationEdits()
    let stems = StemMemory()
    /// Counts of matches, an order each.
    let matches = Room<Double>(capacity: 16)
    private let numbers = Room<Int32>(capacity: 256)

    /// Numbers all tokens of the buffer.
    /// - Returns: a number for each token, good until the next call.
    func numberTokens() -> UnsafePointer<Int32> {
        let ids = numbers.reserve(max(1, text.spanCount))
        vocabulary.number(text.spans.base, count: text.spanCount, of: text.bytes.base, into: ids)
        return UnsafePointer(ids)
    }
}

/// Workspaces that wait for their next segment; as many as threads ever scored at once.
struct WorkspacePool: Sendable {
    private static let largestKept = 1 << 22
    private let waiting = Locked<[Workspace]>([])

    /// Runs `body` with a workspace of its own, its text buffer empty.
    func with<Result>(_ body: (Workspace) throws(MetricError) -> Result) throws(MetricError) -> Result {
        let workspace = waiting.withLock { $0.popLast() } ?? Workspace()
        workspace.text.clear()
        workspace.scalars.clear()
        defer {
            // What one huge text needed is not kept for the small ones after it.
            if workspace.text.bytes.capacity <= Self.largestKept { waiting.withLock { $0.append(workspace) } }
        }
        return try body(workspace)
    }
}
