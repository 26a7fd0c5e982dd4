public import Hummingbird

/// What is wrong with the body of a request.
public enum BodyFault: Error, Sendable, Hashable {
    /// It has more bytes than are read.
    case tooLarge
    /// It is not as HTTP has it, was cut, or came too slowly.
    case broken
}

extension Connection {
    /// The body of a request, whole. A body that comes more slowly than 16 KiB a second after its first ten seconds
    /// closes the connection.
    /// - Parameter limit: most bytes that are read.
    public func body(of request: Request, upTo limit: Int) async throws(BodyFault) -> [UInt8] {
        receives(0)
        // What is too large is read and dropped behind the answer, as far as it comes within the ten seconds.
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw .tooLarge
        }
        var bytes: [UInt8] = []
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limit else { throw BodyFault.tooLarge }
                bytes.append(contentsOf: part.readableBytesView)
                receives(bytes.count)
            }
        } catch let fault as BodyFault {
            throw fault
        } catch {
            receives(nil)
            throw .broken
        }
        receives(nil)
        return bytes
    }
}
