import Experiments

/// The place of the browser of samples: its controls are made by the script, which alone can use them.
enum SampleSection {
    static func write(_ summary: RunSummary, to page: inout Markup) {
        page.element("section", ["id": "samples", "aria-labelledby": "samples-title"]) { page in
            page.element("h2", ["id": "samples-title"], text: "Samples")
            page.element(
                "p", ["class": "hint"],
                text: "Each sample with its input, its references and what every variant answered, side by side.")
            page.element("div", ["id": "browser"]) { page in
                page.element("noscript") { page in
                    page.element(
                        "p",
                        text: "Looking through the samples needs JavaScript. All rows are in samples.csv as well.")
                }
            }
        }
        page.line()
    }
}
