import GRDB
import GRDBSQLite

/// A prepared statement whose values are bound and that is run without GRDB in between.
///
/// For the few statements that run for every trial: GRDB boxes each value and checks the boxes, which took more time
/// than SQLite's own part.
struct DirectStatement {
    private let handle: OpaquePointer

    /// - Parameter statement: one that changes rows and returns none.
    init(_ statement: Statement) {
        handle = statement.sqliteStatement
    }

    /// The values of a statement, bound one after the other.
    struct Values {
        fileprivate let handle: OpaquePointer
        private var index: Int32 = 0
        fileprivate var code = SQLITE_OK

        fileprivate init(_ handle: OpaquePointer) {
            self.handle = handle
        }

        private mutating func bind(_ step: (OpaquePointer, Int32) -> Int32) {
            index += 1
            guard code == SQLITE_OK else { return }
            code = step(handle, index)
        }

        mutating func bind(_ value: Int64?) {
            guard let value else { return bind(sqlite3_bind_null) }
            bind { sqlite3_bind_int64($0, $1, value) }
        }

        mutating func bind(_ value: Int?) {
            bind(value.map(Int64.init))
        }

        mutating func bind(_ value: Double?) {
            guard let value else { return bind(sqlite3_bind_null) }
            bind { sqlite3_bind_double($0, $1, value) }
        }

        mutating func bind(_ text: String?) {
            guard let text else { return bind(sqlite3_bind_null) }
            bind { handle, index in
                var text = text
                return text.withUTF8 { bytes in
                    // See `stored(_:)` for texts that hold a NUL.
                    guard !bytes.contains(0) else {
                        return sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), copied)
                    }
                    return bytes.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text64(
                            handle, index, $0.baseAddress, UInt64($0.count), copied, UInt8(SQLITE_UTF8))
                    }
                }
            }
        }

        /// Statistics are kept as little-endian doubles.
        mutating func bind(_ statistics: [Double]?) {
            guard let statistics else { return bind(sqlite3_bind_null) }
            bind { handle, index in
                statistics.map { $0.bitPattern.littleEndian }.withUnsafeBytes {
                    $0.isEmpty
                        ? sqlite3_bind_zeroblob(handle, index, 0)
                        : sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), copied)
                }
            }
        }
    }

    /// Binds all values and runs the statement to its end.
    /// - Throws: `DatabaseError`
    func execute(_ bind: (inout Values) -> Void) throws {
        var values = Values(handle)
        bind(&values)
        let code = values.code == SQLITE_OK ? sqlite3_step(handle) : values.code
        guard code == SQLITE_DONE else {
            let database = sqlite3_db_handle(handle)
            let error = DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database)),
                message: sqlite3_errmsg(database).map { String(cString: $0) })
            sqlite3_reset(handle)
            throw error
        }
        sqlite3_reset(handle)
    }
}

/// Has SQLite take a copy of the bytes (`SQLITE_TRANSIENT`, a macro that Swift cannot import).
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
