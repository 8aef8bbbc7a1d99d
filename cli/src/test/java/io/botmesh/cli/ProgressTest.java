package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long nanos = Long.MAX_VALUE - 1;

    @Test
    void onATerminalOneLineIsWrittenOver() {
        var progress = progress(true);
        progress.show("one");
        progress.show("too soon");
        nanos += TimeUnit.MILLISECONDS.toNanos(200);
        progress.show("two");
        progress.clear();
        progress.clear();
        assertThat(text()).isEqualTo("\r\u001b[Kone\r\u001b[Ktwo\r\u001b[K");
    }

    @Test
    void elsewhereALineComesEveryFewSeconds() {
        var progress = progress(false);
        progress.show("one");
        nanos += TimeUnit.SECONDS.toNanos(4);
        progress.show("too soon");
        nanos += TimeUnit.SECONDS.toNanos(1);
        progress.show("two");
        nanos += TimeUnit.SECONDS.toNanos(5);
        progress.show("two"); // no news
        progress.clear();
        assertThat(text()).isEqualTo("one\ntwo\n");
    }

    private Progress progress(boolean rewrites) {
        var terminal = new Terminal(InputStream.nullInputStream(), OutputStream.nullOutputStream(), err);
        return new Progress(terminal, rewrites, () -> nanos);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
