/// A pipeline taken apart: what tells which of a spec's pipelines differ from it by stages that are switched off.
public struct AblationSpec: Sendable, Hashable {
    /// Which stages are off together.
    public enum Design: String, Sendable, Hashable, CaseIterable {
        /// Each stage by itself: one pipeline a stage.
        case ablate
        /// Every set of them: 2ᵏ pipelines for k stages, from which effects and how they depend on each other follow.
        case factorial
    }

    /// Most stages of a factorial: sixteen pipelines.
    static let mostFactors = 4

    public var design: Design
    /// The id of the pipeline with all of the stages on.
    public var from: String
    /// Never empty; each stands once.
    public var stages: [String]

    /// The sets of stages that are off, one a pipeline; the first is the empty one.
    var cells: [[String]] {
        switch design {
        case .ablate: [[]] + stages.map { [$0] }
        case .factorial:
            (0..<(1 << stages.count)).map { set in
                stages.indices.filter { set >> $0 & 1 == 1 }.map { stages[$0] }
            }
        }
    }

    /// The id of the pipeline without these stages.
    func pipeline(without stages: [String]) -> String { ([from] + stages.map { "no-\($0)" }).joined(separator: "-") }
}
