extension SpecField {
    /// The field at a path below this one, `input[1].pattern`, or as near to it as the document goes. A mapping of one
    /// name to its settings stands for them: the path leaves the name out.
    func nearest(to path: String) -> SpecField {
        var field = self
        for part in path.split(whereSeparator: { ".[]".contains($0) }) {
            guard let next = field.step(String(part)) else { break }
            field = next
        }
        return field
    }

    private func step(_ part: String) -> SpecField? {
        if let items { return Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil } }
        guard let members else { return nil }
        if let member = members.first(where: { $0.key == part }) { return member.value }
        return members.count == 1 ? members[0].value.members?.first { $0.key == part }?.value : nil
    }
}
