public import Chat

/// What trains a model on a data set: a vendor's fine-tuning API, or a double.
public struct FineTuner: Sendable {
    /// Takes in a data set and gives what it is called there.
    public typealias Upload = @Sendable (_ bytes: [UInt8], _ name: String) async throws(ChatError) -> String
    /// Begins to train a model on a data set that was taken in, and gives what the training is called there.
    public typealias Begin = @Sendable (_ model: String, _ file: String) async throws(ChatError) -> String
    /// How a training does.
    public typealias Status = @Sendable (_ training: String) async throws(ChatError) -> FineTuningStatus

    public let upload: Upload
    public let begin: Begin
    public let status: Status

    public init(upload: @escaping Upload, begin: @escaping Begin, status: @escaping Status) {
        self.upload = upload
        self.begin = begin
        self.status = status
    }
}

/// How a training does.
public enum FineTuningStatus: Sendable, Hashable {
    case underWay
    /// With the name of the model that came of it.
    case succeeded(model: String)
    case failed(String)
}
