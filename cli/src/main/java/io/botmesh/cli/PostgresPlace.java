package io.botmesh.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/** A PostgreSQL database as a flag names it, and who we are there. */
record PostgresPlace(String url, String user, String password) {
    /**
     * Reads {@code postgresql://USER@HOST:PORT/DATABASE}; what is missing is taken from PGUSER and PGPASSWORD.
     *
     * @param flag that names it
     *
     * @throws CommandException if it is no such place, or holds a password, which others on this machine could read
     */
    static PostgresPlace parse(String flag, String place, Map<String, String> environment) {
        URI uri;
        try {
            uri = new URI(place.startsWith("jdbc:") ? place.substring("jdbc:".length()) : place);
        } catch (URISyntaxException wrong) {
            throw CommandException.wrongUse(flag + " is no address; give postgresql://USER@HOST/DATABASE", wrong);
        }
        if (!"postgresql".equals(uri.getScheme())
                || uri.getHost() == null
                || uri.getPath().length() < 2)
            throw CommandException.wrongUse(flag + " takes a path, or postgresql://USER@HOST/DATABASE");
        String who = uri.getUserInfo();
        String query = uri.getQuery();
        if ((who != null && who.contains(":")) || (query != null && query.contains("password=")))
            throw CommandException.wrongUse(
                    "a password in " + flag + " can be read by others on this machine; set PGPASSWORD instead");
        String user = who != null ? who : environment.getOrDefault("PGUSER", System.getProperty("user.name"));
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String rest = uri.getRawPath() + (query == null ? "" : "?" + uri.getRawQuery());
        return new PostgresPlace(
                "jdbc:postgresql://" + uri.getHost() + port + rest, user, environment.getOrDefault("PGPASSWORD", ""));
    }

    @Override
    public String toString() {
        return url;
    }
}
