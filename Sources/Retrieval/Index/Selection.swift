/// Ranks found without sorting.
enum Selection {
    /// The `k`-th largest of the values.
    ///
    /// Source: C. A. R. Hoare, *Algorithm 65: Find*, 1961. Linear on average.
    /// - Parameter k: from 1 to as many as there are.
    static func largest(_ k: Int, of values: [Float]) -> Float {
        var values = values
        return values.withUnsafeMutableBufferPointer { values in
            var (low, high) = (0, values.count - 1)
            let place = k - 1
            while low < high {
                let pivot = middle(values[low], values[(low + high) / 2], values[high])
                var (left, right) = (low, high)
                while left <= right {
                    while values[left] > pivot { left += 1 }
                    while values[right] < pivot { right -= 1 }
                    guard left <= right else { break }
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
                if place <= right {
                    high = right
                } else if place >= left {
                    low = left
                } else {
                    break
                }
            }
            return values[place]
        }
    }

    private static func middle(_ a: Float, _ b: Float, _ c: Float) -> Float { max(min(a, b), min(max(a, b), c)) }
}
