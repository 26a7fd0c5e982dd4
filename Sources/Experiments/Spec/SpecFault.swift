/// One thing that is wrong with a spec, a dataset or an option: where it stands, what was found, what to write instead.
public struct SpecFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it, or the option (`--variants`).
    public var file: String
    /// From 1; nil where the fault is of the file as a whole.
    public var line: Int?
    /// From 1, in Unicode scalars; nil where only the line is known, as in a dataset.
    public var column: Int?
    /// The place in the document's own terms, `models[1].temperature`; empty for the document itself.
    public var path: String
    /// What is wrong: "found 'hot'; expected a number from 0 to 2".
    public var message: String
    /// What to write instead: "did you mean 'temperature'?"; nil where the message says it all.
    public var remedy: String?

    public init(
        file: String, line: Int? = nil, column: Int? = nil, path: String = "", message: String, remedy: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.remedy = remedy
    }

    /// One line: `FILE:LINE:COLUMN: models[1]: unknown key 'temprature'; did you mean 'temperature'?`
    public var description: String {
        var place = file
        if let line {
            place += ":\(line)"
            if let column { place += ":\(column)" }
        }
        let parts = [place, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
        return remedy.map { "\(parts); \($0)" } ?? parts
    }
}

/// Everything that is wrong with one input, gathered before anything is asked of a model.
public struct SpecError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In the order of their lines; never empty.
    public var faults: [SpecFault]

    public init(_ faults: [SpecFault]) {
        self.faults = faults
    }

    public init(_ fault: SpecFault) {
        self.init([fault])
    }

    /// One line a fault.
    public var description: String {
        faults.map(\.description).joined(separator: "\n")
    }
}

/// Gathers the faults of one document while it is decoded, so that a user mends them all at once.
///
/// Decoding goes on after a fault with whatever can still be read. The log belongs to one decoding and is not shared
/// between tasks.
public final class FaultLog {
    /// The document that the faults are of.
    public let file: String
    /// What was found so far, in the order of finding.
    public private(set) var faults: [SpecFault] = []

    public init(file: String) {
        self.file = file
    }

    /// Whether nothing was found yet.
    public var isEmpty: Bool { faults.isEmpty }

    /// Most faults that are kept: nobody reads more.
    public static let maximumFaults = 100

    /// Whether further faults are not kept.
    public var isFull: Bool { faults.count >= FaultLog.maximumFaults }

    public func report(_ fault: SpecFault) {
        if !isFull { faults.append(fault) }
    }

    /// Throws all that was found, by line and column.
    /// - Throws: `SpecError` where there is at least one fault.
    public func throwIfAny() throws(SpecError) {
        guard !faults.isEmpty else { return }
        let order = faults.indices.sorted { left, right in
            let (a, b) = (faults[left], faults[right])
            return (a.line ?? 0, a.column ?? 0, left) < (b.line ?? 0, b.column ?? 0, right)
        }
        throw SpecError(order.map { faults[$0] })
    }
}
