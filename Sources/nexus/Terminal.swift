import Foundation
import Glibc

/// Where results, progress and diagnostics go, and what the terminal can show.
enum Terminal {
    /// Prints one line of a result.
    static func result(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Prints a piece of a result, without ending the line. Control characters of a model's making stay out of the
    /// terminal.
    static func piece(_ text: String) {
        write(isResultLive ? printable(text, besides: ["\n", "\t"]) : text, to: STDOUT_FILENO)
    }

    /// The text without control characters.
    static func printable(_ text: String, besides allowed: Set<Unicode.Scalar> = []) -> String {
        let isShown: (Unicode.Scalar) -> Bool = {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || allowed.contains($0)
        }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter(isShown)))
    }

    /// Prints one line of progress or diagnostics.
    static func error(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Replaces the live line on standard error.
    static func live(_ text: String) {
        write("\r\u{1B}[2K" + text, to: STDERR_FILENO)
    }

    static var isErrorLive: Bool { isatty(STDERR_FILENO) == 1 }

    static var isResultLive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether results may be coloured: a terminal, and nobody asked otherwise.
    static var hasColour: Bool {
        isResultLive && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Columns of the terminal; 100 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    /// Writes everything or, where the reader has left, nothing more. Results that cannot be written for other reasons,
    /// as on a full disk, end the process: a script must not take half of them for all.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if written > 0 {
                    offset += written
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN:
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                case EPIPE: return
                case let code:
                    guard descriptor == STDOUT_FILENO else { return }
                    error("the output cannot be written: \(String(cString: strerror(code)))")
                    Glibc.exit(ExitStatus.internalError.rawValue)
                }
            }
        }
    }
}
