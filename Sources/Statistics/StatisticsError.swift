/// Why data cannot be given to a test at all: a shape that does not fit, or a value that is no number.
///
/// What fits but cannot be *tested* (no spread, one sample) is no error; it is a ``TestResult`` that says so.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Two lists that belong together differ in length.
    case lengthsDiffer(what: String, expected: Int, found: Int)
    /// A value is NaN or infinite; `position` counts from 0.
    case notFinite(what: String, position: Int)
    /// A table of statistics whose values do not divide into rows of the given width.
    case notARow(width: Int, values: Int)
    /// A table whose rows differ in length, or that has a negative count; `row` counts from 0.
    case badRow(row: Int, reason: String)

    /// What was found and what would do.
    public var description: String {
        switch self {
        case .lengthsDiffer(let what, let expected, let found):
            "\(what): \(found) given, \(expected) needed, one for each sample"
        case .notFinite(let what, let position):
            "\(what): value \(position + 1) is not a finite number; leave samples without a score out"
        case .notARow(let width, let values):
            "\(values) values do not divide into rows of \(width)"
        case .badRow(let row, let reason):
            "row \(row + 1): \(reason)"
        }
    }

    static func check(_ values: [Double], _ what: String) throws(StatisticsError) {
        if let position = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(what: what, position: position)
        }
    }
}
