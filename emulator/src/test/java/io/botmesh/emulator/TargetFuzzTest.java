package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any text as the path of a call. */
class TargetFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aPathIsThatOfACallOrNotAndReadsTheSameOnceWrittenAgain(byte[] bytes) {
        var path = WireText.decode(bytes);
        assertThat(WireText.encode(path)).isEqualTo(bytes);
        var target = Target.parse(path);
        if (target == null) return;
        assertThat(target.token()).doesNotContain("/");
        assertThat(target.token().length() + target.method().length()).isLessThan(path.length());
        var written = "/bot" + FormFuzzTest.percentEncoded(target.token())
                + (target.testDc() ? "/test/" : "/")
                + FormFuzzTest.percentEncoded(target.method());
        assertThat(Target.parse(written)).isEqualTo(target);
    }
}
