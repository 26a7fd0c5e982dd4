/// How the events of one stream begin: most differ only behind their id and their model's name, so that what stands
/// before is found and rewritten once, and the rest of each goes on as it came.
public struct RepeatedLead: Sendable, Hashable {
    /// The vendor's data up to the end of the later of the two.
    private let vendors: [UInt8]
    /// The same as the start of an event, rewritten.
    private let ours: [UInt8]

    /// The lead of an event that was rewritten by its spans; nil where id and model do not both stand in it as strings.
    /// - Parameters:
    ///   - data: the data as the vendor sent it.
    ///   - spans: taken of `data`.
    ///   - rewritten: the data with another id and model and nothing else changed.
    public init?(of data: [UInt8], _ spans: JSONSpans, rewritten: [UInt8]) {
        guard let id = spans["id"], let model = spans["model"] else { return nil }
        let end = max(id.upperBound, model.upperBound)
        let isText = data[id.lowerBound] == quote && data[model.lowerBound] == quote
        guard isText, data.count - end <= rewritten.count else { return nil }
        vendors = Array(data[..<end])
        ours = Array("data: ".utf8) + rewritten[..<(rewritten.count - (data.count - end))]
        guard ServerSentEvents.lineEnd(in: ours, from: 0) == nil else { return nil }
    }

    /// The event as it goes on; nil where its data does not begin so, or takes more than one line.
    /// - Parameter data: a JSON object that holds no key twice.
    public func event(_ data: [UInt8]) -> [UInt8]? {
        guard data.starts(with: vendors), ServerSentEvents.lineEnd(in: data, from: vendors.count) == nil else {
            return nil
        }
        var out: [UInt8] = []
        out.reserveCapacity(ours.count + data.count - vendors.count + 2)
        out.append(contentsOf: ours)
        out.append(contentsOf: data[vendors.count...])
        out.append(lineFeed)
        out.append(lineFeed)
        return out
    }
}

private let quote = UInt8(ascii: "\"")
