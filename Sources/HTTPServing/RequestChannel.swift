import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// What every accepted connection is made of: the reader of HTTP, the watch over the client's leaving, the
/// conversation.
struct RequestChannel<Responder: HTTPResponder>: ServerChildChannel where Responder.Context == ConnectionContext {
    private let connections: Connections
    private let responder: Responder
    private let letterhead: Letterhead

    /// - Parameter name: the `Server` header.
    init(name: String, connections: Connections, responder: Responder) {
        self.connections = connections
        self.responder = responder
        letterhead = Letterhead(server: name)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Conversation> {
        channel.eventLoop.makeCompletedFuture {
            let connection = Connection(connections)
            let conversation = Conversation(channel, connection: connection, letterhead: letterhead)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
            try pipeline.addHandler(connection)
            try pipeline.addHandler(conversation)
            return conversation
        }
    }

    /// Serves a connection to its end. The client's leaving cancels what is done for it.
    func handle(value conversation: Conversation, logger: Logger) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await conversation.serve(responder) }
            group.addTask { await conversation.connection.left() }
            await group.next()
            group.cancelAll()
        }
    }
}
