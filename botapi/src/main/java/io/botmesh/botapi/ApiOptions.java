package io.botmesh.botapi;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is and how long a call may take. Start from {@link #defaults()} and change what differs.
 *
 * @param base           the server, with a path prefix if it has one; default {@code https://api.telegram.org}
 * @param fileBase       where files are downloaded from; null for {@code base} followed by {@code /file}
 * @param deadline       for a call that names none, from start to the last byte of the answer; default 30 s
 * @param maxAnswerBytes most bytes of an answer, files not counted; default 32 MiB
 * @param testServers    whether the token is one of Telegram's test environment
 * @param localFiles     whether the server runs with {@code --local} on this machine, so that a file's path may be
 *                       absolute and is read from disk
 */
public record ApiOptions(
        URI base,
        @Nullable URI fileBase,
        Duration deadline,
        int maxAnswerBytes,
        boolean testServers,
        boolean localFiles) {
    public ApiOptions {
        requireHttp(base);
        if (fileBase != null) requireHttp(fileBase);
        if (!deadline.isPositive()) throw new IllegalArgumentException("deadline: " + deadline);
        if (maxAnswerBytes < 1) throw new IllegalArgumentException("maxAnswerBytes: " + maxAnswerBytes);
    }

    private static void requireHttp(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("https") || scheme.equals("http")) || uri.getHost() == null)
            throw new IllegalArgumentException("a server is given as https://host or http://host:port");
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null)
            throw new IllegalArgumentException("a server's address has no user, query or fragment");
    }

    public static ApiOptions defaults() {
        return new ApiOptions(
                URI.create("https://api.telegram.org"), null, Duration.ofSeconds(30), 32 << 20, false, false);
    }

    public ApiOptions withBase(URI base) {
        return new ApiOptions(base, fileBase, deadline, maxAnswerBytes, testServers, localFiles);
    }

    public ApiOptions withFileBase(@Nullable URI fileBase) {
        return new ApiOptions(base, fileBase, deadline, maxAnswerBytes, testServers, localFiles);
    }

    public ApiOptions withDeadline(Duration deadline) {
        return new ApiOptions(base, fileBase, deadline, maxAnswerBytes, testServers, localFiles);
    }

    public ApiOptions withMaxAnswerBytes(int maxAnswerBytes) {
        return new ApiOptions(base, fileBase, deadline, maxAnswerBytes, testServers, localFiles);
    }

    public ApiOptions withTestServers(boolean testServers) {
        return new ApiOptions(base, fileBase, deadline, maxAnswerBytes, testServers, localFiles);
    }

    public ApiOptions withLocalFiles(boolean localFiles) {
        return new ApiOptions(base, fileBase, deadline, maxAnswerBytes, testServers, localFiles);
    }
}
