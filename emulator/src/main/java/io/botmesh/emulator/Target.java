package io.botmesh.emulator;

import org.jspecify.annotations.Nullable;

/** The path of a method call, percent-decoded and split; nothing is checked. */
record Target(String token, boolean testDc, String method) {
    /** Null if the path is none of a method call. */
    static @Nullable Target parse(String rawPath) {
        var bytes = WireText.encode(rawPath);
        var path = WireText.percentDecode(bytes, 0, bytes.length, false);
        if (!path.startsWith("/bot")) return null;
        int tokenEnd = path.indexOf('/', 4);
        if (tokenEnd < 0) return null;
        boolean testDc = path.startsWith("/test", tokenEnd);
        int slash = testDc ? tokenEnd + "/test".length() : tokenEnd;
        if (slash >= path.length() || path.charAt(slash) != '/') return null;
        return new Target(path.substring(4, tokenEnd), testDc, path.substring(slash + 1));
    }
}
