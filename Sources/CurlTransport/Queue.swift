/// First in, first out; each step in constant time on average.
struct Queue<Element> {
    /// To be taken, the next one last.
    private var outgoing: [Element] = []
    /// Came later, the newest one last.
    private var incoming: [Element] = []

    var isEmpty: Bool { outgoing.isEmpty && incoming.isEmpty }

    mutating func append(_ element: Element) {
        incoming.append(element)
    }

    mutating func popFirst() -> Element? {
        if outgoing.isEmpty {
            swap(&outgoing, &incoming)
            outgoing.reverse()
        }
        return outgoing.popLast()
    }
}
