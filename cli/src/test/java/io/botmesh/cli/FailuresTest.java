package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.JournalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class FailuresTest {
    @Test
    void whatOnlyWrapsIsTakenOff() {
        var told = new JournalException.Unusable("cannot use it", null);
        assertThat(Failures.explain(new CompletionException(new ExecutionException(told)))
                        .message())
                .isEqualTo("cannot use it");
        assertThat(Failures.explain(new UncheckedIOException(new IOException("no space left")))
                        .message())
                .contains("no space left");
    }

    @Test
    void causesThatGoRoundInCirclesAreExplainedToo() {
        var one = new CompletionException("one") {};
        var other = new ExecutionException("other") {};
        one.initCause(other);
        other.initCause(one);
        assertThat(Failures.explain(one).message()).contains("one");
        var cause = new IllegalStateException("the disk");
        var journal = new JournalException.Unusable("cannot use it", cause);
        cause.initCause(journal);
        assertThat(Failures.explain(journal).message()).isEqualTo("cannot use it");
    }
}
