/// Where a monotone function takes a value, by halving: slow, but it cannot fail.
enum MonotoneRoot {
    /// The x of `low ... high` where a falling function equals `target`, to the last digit; the nearer end where it
    /// does not reach it.
    static func falling(_ value: (Double) -> Double, equals target: Double, from low: Double, to high: Double) -> Double
    {
        var (low, high) = (low, high)
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return middle }
            if value(middle) > target { low = middle } else { high = middle }
        }
    }

    /// The x of `low ... high`, both positive, where a rising function equals `target`; nil where it does not reach it.
    ///
    /// Steps up by magnitude until the target lies between two steps, then false position with the Illinois rule (M.
    /// Dowell and P. Jarratt, *A modified regula falsi method for computing the root of an equation*, 1971): a few
    /// evaluations where halving takes fifty.
    static func rising(
        _ value: (Double) -> Double, equals target: Double, from low: Double, to high: Double
    ) -> Double? {
        guard low > 0, high > low else { return nil }
        var (left, right) = (low, low)
        var below = value(low) - target
        var above = below
        if below >= 0 { return low }
        while above < 0 {
            guard right < high else { return nil }
            (left, below) = (right, above)
            right = min(high, right * 4)
            above = value(right) - target
        }
        var side = 0
        for _ in 0..<200 where right - left > 1e-14 * right && above > 0 {
            var next = right - above * (right - left) / (above - below)
            if !(next > left && next < right) { next = left + (right - left) / 2 }
            guard next > left, next < right else { break }
            let gap = value(next) - target
            if gap == 0 { return next }
            if gap < 0 {
                (left, below) = (next, gap)
                if side < 0 { above /= 2 }
                side = -1
            } else {
                (right, above) = (next, gap)
                if side > 0 { below /= 2 }
                side = 1
            }
            if abs(gap) <= 1e-15 * abs(target) { return next }
        }
        return abs(above) <= abs(below) ? right : left
    }

    /// The first whole number of a range with a property that, once true, stays true; the end where none has it.
    static func first(from low: Int, to high: Int, where holds: (Int) -> Bool) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
