import Testing

@testable import Scoring

@Suite struct OutputStyleTests {
    @Test func `length is in Unicode scalars, Markdown is counted by line`() {
        let style = OutputStyle(
            "# Plan\n###### Deep\n####### too deep\n#hash\n- one **bold** and __more__\n  * two\n3. three\n3.5 km\nüx")
        #expect(style.length == 96)
        #expect(style.headings == 2)
        #expect(style.listItems == 3)
        #expect(style.boldPassages == 2)
    }

    @Test func `a text of nothing has no style`() {
        let style = OutputStyle("")
        #expect(style.length == 0 && style.headings == 0 && style.listItems == 0 && style.boldPassages == 0)
        #expect(OutputStyle("****").boldPassages == 1 && OutputStyle("2 ** 3").boldPassages == 0)
    }

    @Test func `differences are relative, and 0 where neither has any`() {
        let (long, short) = (OutputStyle("abc\n- x"), OutputStyle("a"))
        #expect(long.relativeDifference(to: short) == [0.75, 0, 1, 0])
        #expect(short.relativeDifference(to: long) == [-0.75, 0, -1, 0])
        #expect(OutputStyle.featureNames.count == 4)
    }
}
