import Foundation
import Testing

@testable import Scoring

/// That no case of the reference's is passed over: those of the metrics, of which there are 1,875.
@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct CoverageConformanceTests {
    /// The functions that the suites of this folder check case by case, none left out.
    static let checked: [String: Set<String>] = [
        "bleu": ["bleu"],
        "chrf_ter": ["chrf", "ter"],
        "exact_f1_edit": ["qa", "edit", "wer", "meteor_nosyn"],
        "rouge": ["rouge"],
        "tokenizers": ["tokenize_all", "porter_stem"],
    ]

    @Test func `every case is of a function that is compared`() throws {
        var cases = 0
        for (name, functions) in Self.checked {
            let file = try Fixtures.file(name)
            #expect(Set(file.cases.map(\.function)) == functions, "\(name)")
            cases += file.cases.count
        }
        // Another folder, such as an independent set, may hold other numbers of cases.
        if ProcessInfo.processInfo.environment["NEXUS_CONFORMANCE_DIR"] == nil {
            #expect(cases == 401 + 555 + 428 + 274 + 217)
        }
    }
}
