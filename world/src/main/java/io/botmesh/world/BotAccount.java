package io.botmesh.world;

/** A bot of the world. */
public record BotAccount(long id, String username, String token) {
    /** The token stays out: an account may end up in a log. */
    @Override
    public String toString() {
        return "BotAccount[" + id + " @" + username + "]";
    }
}
