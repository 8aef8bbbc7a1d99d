package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever logs, and by whatever: the lines are the command's. */
@ResourceLock(Resources.SYSTEM_ERR)
class LogTest {
    private static final Logger LOG = LoggerFactory.getLogger(LogTest.class);

    @Test
    void linesOfTheRunnerAreLikeAllOthers() {
        var logger = System.getLogger("io.botmesh.runner");
        assertThat(said(() -> logger.log(Level.WARNING, "polling has stood still for {0} s", 40L)))
                .matches("botmesh: [0-9:.]+ WARN runner: polling has stood still for 40 s");
    }

    /** What is behind it describes the client's own objects, in a thousand characters. */
    @Test
    void aServerThatGoesAwayInTheMiddleOfACallIsOneShortSentenceWithTheMethod() throws Exception {
        var bot = BotToken.parse("4242:FAKE-FAKE-FAKE-FAKE-FAKE-FAKE-FAKE");
        try (var server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> closesAll(server));
            var base = URI.create("http://127.0.0.1:" + server.getLocalPort());
            try (var api = new BotApi(ApiOptions.defaults().withBase(base), bot)) {
                var failed = catchThrowableOfType(TransportException.class, () -> api.call(GetMe.of()));
                assertThat(said(() -> LOG.error("update 7 failed, attempt 1", failed)))
                        .endsWith("update 7 failed, attempt 1 io.botmesh.botapi.TransportException: "
                                + "getMe: 127.0.0.1: the connection failed: the server closed it");
            }
        }
    }

    @Test
    void whatIsBehindAnyOtherFailureIsInItsLine() {
        var failed = new IllegalStateException("no order", new IOException("the shop is closed"));
        assertThat(said(() -> LOG.error("update 7 failed", failed)))
                .hasLineCount(1)
                .contains("IllegalStateException: no order", "IOException: the shop is closed");
    }

    private static void closesAll(ServerSocket server) {
        try {
            while (true) {
                try (var asked = server.accept()) {
                    assertThat(asked.getInputStream().read()).isNotNegative();
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static String said(Runnable logs) {
        var err = System.err;
        var said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            logs.run();
        } finally {
            System.setErr(err);
        }
        return said.toString(StandardCharsets.UTF_8).strip();
    }
}
