package io.botmesh.emulator;

import org.jspecify.annotations.Nullable;

/**
 * Where the control API listens and who may use it. Whoever can is master of the world: everybody on this machine, or on
 * another address everybody with the secret.
 *
 * @param host   an address; default {@code 127.0.0.1}. One that is no loopback address needs a secret
 * @param port   0 for a free one; default 0
 * @param secret what callers send as {@code Authorization: Bearer <secret>}, at least {@value #LEAST_SECRET} visible ASCII
 *               characters; default null for none
 */
public record ControlOptions(
        String host, int port, @Nullable String secret) {
    /** Characters of a secret, at least. */
    public static final int LEAST_SECRET = 16;

    public ControlOptions {
        if (host.isBlank()) throw new IllegalArgumentException("the control host is empty");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("controlPort: " + port);
        if (secret == null && !ControlAccess.isLoopback(host)) {
            throw new IllegalArgumentException(
                    "the control API on " + host + " needs a secret: others can reach that address");
        }
        if (secret != null && (secret.length() < LEAST_SECRET || !secret.chars().allMatch(c -> c > ' ' && c < 0x7F))) {
            throw new IllegalArgumentException(
                    "the secret of the control API has to have at least " + LEAST_SECRET + " visible ASCII characters");
        }
    }

    public static ControlOptions defaults() {
        return new ControlOptions("127.0.0.1", 0, null);
    }

    /** An address together with what makes it safe. */
    public ControlOptions withHost(String host, @Nullable String secret) {
        return new ControlOptions(host, port, secret);
    }

    public ControlOptions withPort(int port) {
        return new ControlOptions(host, port, secret);
    }

    public ControlOptions withSecret(@Nullable String secret) {
        return new ControlOptions(host, port, secret);
    }

    /** The secret stays out. */
    @Override
    public String toString() {
        return "ControlOptions[host=" + host + ", port=" + port + ", secret=" + (secret == null ? "none" : "set") + "]";
    }
}
