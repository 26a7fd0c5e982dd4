import Chat
import Hummingbird

/// What stands behind the `?` of an address under `/api`, checked as members of a body are.
struct ProxyParameters: Sendable {
    private let pairs: [(key: String, value: String)]

    init(_ request: Request) {
        pairs = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    }

    subscript(key: String) -> String? { pairs.first { $0.key == key }?.value }

    func check(known: [String]) throws(ChatError) {
        for (index, pair) in pairs.enumerated() {
            guard known.contains(pair.key) else {
                let remedy =
                    NearestName.question(for: pair.key, among: known) ?? "known: \(known.joined(separator: ", "))"
                throw MemberReader.failed("\(Steering.shown(pair.key)): unknown; \(remedy)")
            }
            guard !pairs.prefix(index).contains(where: { $0.key == pair.key }) else {
                throw MemberReader.invalid("\(pair.key): stands twice in the address")
            }
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(ChatError) -> Int? {
        guard let text = self[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw MemberReader.failed(
                "\(key): found '\(Steering.shown(text))'; expected \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
