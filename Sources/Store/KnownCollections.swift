import Chat

/// What the writing process remembers of its collections' settings, which each request asks for: only it changes them.
final class KnownCollections: Sendable {
    private struct State {
        var all: [CollectionName: KnowledgeCollection]?
        /// How often they were changed.
        var mark = 0
    }

    private let state = Locked(State())

    /// What is known, nil where it must be read, and a mark for `remember`.
    var known: (all: [CollectionName: KnowledgeCollection]?, mark: Int) { state.withLock { ($0.all, $0.mark) } }

    /// Takes what was read since a mark, unless something was changed after it.
    func remember(_ all: [CollectionName: KnowledgeCollection], since mark: Int) {
        state.withLock { state in if state.mark == mark { state.all = all } }
    }

    func forget() {
        state.withLock { state in
            state.mark += 1
            state.all = nil
        }
    }
}
