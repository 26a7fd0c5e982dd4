import Chat

/// Vectors on the wire: lists of numbers, or base64 of little-endian 32-bit floats.
enum EmbeddingVectors {
    /// - Throws: `.invalidResponse` for what is no vector, and for vectors of several lengths.
    static func read(_ values: [JSONValue], received: ReceivedJSON) throws(ChatError) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let vector = vector(value), !vector.isEmpty, vector.allSatisfy(\.isFinite) else {
                throw received.invalid("the embedding of input \(index)", expected: "a vector of numbers")
            }
            guard vector.count == vectors.first?.count ?? vector.count else {
                throw received.invalid("the embeddings of the answer have several lengths")
            }
            vectors.append(vector)
        }
        return vectors
    }

    private static func vector(_ value: JSONValue) -> [Float]? {
        if let items = value.arrayValue {
            var vector: [Float] = []
            vector.reserveCapacity(items.count)
            for item in items {
                guard let number = item.doubleValue else { return nil }
                vector.append(Float(number))
            }
            return vector
        }
        guard let bytes = value.stringValue.flatMap(Base64.decode), bytes.count % 4 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            let pattern = (0..<4).reduce(0 as UInt32) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
            return Float(bitPattern: pattern)
        }
    }

    static func write(_ vector: [Float], usesBase64: Bool, to bytes: inout [UInt8]) {
        guard usesBase64 else {
            bytes.append(UInt8(ascii: "["))
            for (index, number) in vector.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: (number.isFinite ? number.description : "0").utf8)
            }
            bytes.append(UInt8(ascii: "]"))
            return
        }
        let raw = vector.flatMap { number in (0..<4).map { UInt8(number.bitPattern >> UInt32(8 * $0) & 0xFF) } }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: Base64.encode(raw))
        bytes.append(UInt8(ascii: "\""))
    }
}

extension EmbeddingRequest {
    /// The inputs as texts.
    /// - Throws: `.invalidRequest` where one is given as tokens, which are some other model's.
    func texts() throws(ChatError) -> [String] {
        var texts: [String] = []
        for input in inputs {
            guard case .text(let text) = input else {
                throw ChatError(.invalidRequest, "input: this model takes texts, not tokens")
            }
            texts.append(text)
        }
        return texts
    }
}
