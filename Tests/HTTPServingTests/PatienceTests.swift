import Testing

@testable import HTTPServing

@Suite struct PatienceTests {
    @Test func `ten seconds for the head of the first request`() {
        let connection = Connection(Connections())
        #expect(!connection.isOverdue(in: 9))
        #expect(connection.isOverdue(in: 11))
    }

    @Test func `a body may take ten seconds, and longer as far as it comes in`() {
        let connection = Connection(Connections(), hasLeft: false)
        connection.heard()
        #expect(!connection.isOverdue(in: 3600), "nothing is waited for")
        connection.receives(0)
        #expect(!connection.isOverdue(in: 9))
        #expect(connection.isOverdue(in: 11))
        connection.receives(16_384 * 20)
        #expect(!connection.isOverdue(in: 29))
        #expect(connection.isOverdue(in: 31))
        connection.receives(nil)
        #expect(!connection.isOverdue(in: 3600))
    }
}
