import Retrieval
import Testing

@Suite struct UnitVectorTests {
    private static func cosine(_ a: [Float], _ b: [Float]) -> Float {
        func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return Float(dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot())
    }

    @Test(arguments: [3, 32, 100, 384, 8_192])
    func `likeness is the cosine, of few components and of many`(dimensions: Int) throws {
        for share in [0.02, 0.3, 1] {
            let vectors: [[Float]] = (0..<20).map { _ in
                var vector = (0..<dimensions).map { _ in
                    Double.random(in: 0..<1) < share ? Float.random(in: -3...3) : 0
                }
                vector[Int.random(in: 0..<dimensions)] = 1.5
                return vector
            }
            let units = try vectors.map { try #require(UnitVector(of: $0)) }
            for (index, likeness) in units[0].likenesses(to: units).enumerated() {
                #expect(abs(likeness - Self.cosine(vectors[0], vectors[index])) < 1e-4)
            }
            for (unit, vector) in zip(units, vectors) {
                #expect(unit.components.count == dimensions)
                #expect(abs(Self.cosine(unit.components, vector) - 1) < 1e-4)
            }
        }
    }

    @Test func `what has no direction is no vector, and lengths do not mix`() throws {
        for components in [[], [0, 0], [.nan, 1], [.infinity, 1]] as [[Float]] {
            #expect(UnitVector(of: components) == nil)
        }
        let short = try #require(UnitVector(of: [1, 0]))
        let long = try #require(UnitVector(of: [1, 0, 0]))
        #expect(short.likenesses(to: [long, short]) == [0, 1])
        #expect(UnitVector(of: [3e38, 3e38]) != nil && UnitVector(of: [1e-38, 0]) != nil)
    }
}
