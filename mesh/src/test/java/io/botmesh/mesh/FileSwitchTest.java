package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileSwitchTest {
    private static final int TEXT = 7_678;

    @Test
    void aDocumentIsWorthItOnceTheTextsWouldTakeLonger() {
        assertThat(new FileSwitch(TEXT, false).document(12_200, 1)).isFalse();
        assertThat(new FileSwitch(TEXT, false).document(12_400, 1)).isTrue();
        assertThat(new FileSwitch(TEXT, false).document(53_500, 10)).isFalse();
        assertThat(new FileSwitch(TEXT, false).document(54_000, 10)).isTrue();
    }

    @Test
    void textsComeBackAtHalfOfIt() {
        FileSwitch files = new FileSwitch(TEXT, false);
        assertThat(files.document(13_000, 1)).isTrue();
        assertThat(files.document(6_200, 1)).isTrue();
        assertThat(files.document(6_100, 1)).isFalse();
        assertThat(files.document(12_000, 1)).isFalse();
    }

    @Test
    void aReaderOfTextNeverGetsADocument() {
        assertThat(new FileSwitch(TEXT, true).document(1e12, 0)).isFalse();
    }

    @Test
    void slowDocumentsAreWorthItLater() {
        FileSwitch files = new FileSwitch(TEXT, false);
        files.onText(0.2);
        for (int i = 0; i < 50; i++) files.onDocument(3.2); // 0.4 for two calls, 6 for what is sent and fetched
        assertThat(files.document(TEXT * 7.3, 1)).isFalse();
        assertThat(files.document(TEXT * 7.5, 1)).isTrue();
    }
}
