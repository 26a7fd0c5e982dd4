/// A figure that is read when somebody asks for the metrics: a queue's length, a breaker's state.
public struct Gauge: Sendable, Hashable {
    /// `nexus_queue_waiting`; figures of one name stand together.
    public var name: String
    /// What it tells, in one line.
    public var help: String
    public var labels: [String: String]
    public var value: Double
    /// Whether it only ever grows.
    public var isCounter: Bool

    public init(
        _ name: String, help: String, labels: [String: String] = [:], value: Double, isCounter: Bool = false
    ) {
        self.name = name
        self.help = help
        self.labels = labels
        self.value = value
        self.isCounter = isCounter
    }
}
