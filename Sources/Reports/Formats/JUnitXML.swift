import Experiments

/// `junit.xml`: a gate is a test case. FAIL is `<failure>`; INCONCLUSIVE is `<error>`, or `<skipped>` where the caller
/// lets it pass. Why a run is not valid stands in `<system-err>`.
struct JUnitXML: Report {
    let fileName = "junit.xml"

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        let summary = material.summary
        let skips = material.options.inconclusivePasses
        let inconclusive = summary.gates.count { $0.verdict == .inconclusive }
        let counts: KeyValuePairs<StaticString, String?> = [
            "name": summary.name, "tests": String(summary.gates.count),
            "failures": String(summary.gates.count { $0.verdict == .fail }),
            "errors": String(skips ? 0 : inconclusive), "skipped": String(skips ? inconclusive : 0),
            "timestamp": TimeText.iso(summary.startedAt - summary.startedAt % 1_000).replacing("Z", with: ""),
            "time": summary.finishedAt.map { NumberText.fixed(Double($0 - summary.startedAt) / 1_000, 3) }?
                .replacing(",", with: ""),
        ]
        var xml = Markup()
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        xml.element("testsuites", ["name": "nexus \(summary.runID)"]) { xml in
            xml.line()
            xml.element("testsuite", counts) { xml in
                xml.line()
                for gate in summary.gates {
                    JUnitXML.write(gate, of: summary, skips: skips, to: &xml)
                    xml.line()
                }
                guard !summary.faults.isEmpty else { return }
                xml.element("system-err", text: summary.faults.joined(separator: "\n"))
                xml.line()
            }
            xml.line()
        }
        xml.line()
        try file.append(xml.bytes)
    }

    private static func write(_ gate: GateResult, of summary: RunSummary, skips: Bool, to xml: inout Markup) {
        xml.element("testcase", ["classname": "nexus.\(summary.name)", "name": "\(gate.variant): \(gate.rule)"]) {
            xml in
            switch gate.verdict {
            case .pass: xml.element("system-out", text: gate.reason)
            case .fail: xml.element("failure", ["message": gate.reason, "type": "FAIL"], text: gate.reason)
            case .inconclusive where skips: xml.element("skipped", ["message": gate.reason])
            case .inconclusive:
                xml.element("error", ["message": gate.reason, "type": "INCONCLUSIVE"], text: gate.reason)
            }
        }
    }
}
