package io.botmesh.world;

/** What a token may look like. */
final class Tokens {
    private static final int MOST_CHARACTERS = 80;
    private static final long END_OF_IDS = 1L << 54;

    private Tokens() {}

    /** No bot can have it. */
    static boolean isMalformed(String token) {
        int colon = token.indexOf(':');
        if (token.startsWith("0") || token.length() > MOST_CHARACTERS || colon <= 0 || token.contains("/")) return true;
        long id = isNumber(token.substring(0, colon)) ? Lenient.number(token) : 0;
        return id <= 0 || id >= END_OF_IDS;
    }

    /** Why that server lets nobody in with a token that no bot can have. */
    static Refused refusal(Profile profile, String token) {
        if (profile == Profile.HOSTED) return Refused.verbatim(404, "Not Found");
        int colon = token.indexOf(':');
        boolean shaped =
                colon > 0 && !token.startsWith("0") && token.length() <= MOST_CHARACTERS && !token.contains("/");
        return shaped && !isNumber(token.substring(0, colon))
                ? Refused.verbatim(421, "Misdirected Request: unallowed token specified")
                : Refused.verbatim(401, "Unauthorized: invalid token specified");
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
