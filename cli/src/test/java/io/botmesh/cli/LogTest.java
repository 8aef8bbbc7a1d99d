package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Whoever logs, and by whatever: the lines are the command's. */
@ResourceLock(Resources.SYSTEM_ERR)
class LogTest {
    @Test
    void linesOfTheRunnerAreLikeAllOthers() {
        var logger = System.getLogger("io.botmesh.runner");
        var err = System.err;
        var said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            logger.log(Level.WARNING, "polling has stood still for {0} s", 40L);
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8).strip())
                .matches("botmesh: [0-9:.]+ WARN runner: polling has stood still for 40 s");
    }
}
