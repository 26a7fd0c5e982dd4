/// What readers of scores must know, each text once with the number of samples that it concerns.
struct CountedNotes {
    private var notes: [(text: String, samples: Int)] = []

    mutating func add(_ text: String) {
        if let place = notes.firstIndex(where: { $0.text == text }) {
            notes[place].samples += 1
        } else {
            notes.append((text, 1))
        }
    }

    /// A line each, "ROUGE sees … (2 of 5 samples)".
    func lines(of total: Int) -> [String] { notes.map { "\($0.text) (\($0.samples) of \(total) samples)" } }
}
