import Chat

/// What was found in the configuration and is not used, on standard error, once a process however often it is read.
enum SettingsWarnings {
    private static let told = Locked<Set<String>>([])

    static func tell(_ warnings: [String]) {
        for warning in warnings where told.withLock({ $0.insert(warning).inserted }) {
            Terminal.error("warning: \(warning)")
        }
    }
}
