package io.botmesh.world;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ways into one chat: its links, who came by which, and who asked to be let in. */
final class Invitations {
    /** Somebody who wants to join. */
    record Request(Account account, @Nullable String linkUrl, long date, long queryId) {}

    private final Map<String, InviteLink> links = new LinkedHashMap<>();
    private final Map<Long, String> cameBy = new HashMap<>();
    private final Map<Long, Request> requests = new LinkedHashMap<>();

    /** Adds a link, or puts the changed one in its place. */
    InviteLink put(InviteLink link) {
        links.put(link.url(), link);
        return link;
    }

    @Nullable
    InviteLink find(String url) {
        return links.get(url);
    }

    /** The link that somebody always has, null if it never needed one. */
    @Nullable
    InviteLink primaryOf(Account creator) {
        InviteLink found = null;
        for (var link : links.values()) {
            if (link.primary() && !link.revoked() && link.creator().id() == creator.id()) found = link;
        }
        return found;
    }

    void cameBy(Account account, InviteLink link) {
        cameBy.put(account.id(), link.url());
    }

    void forget(Account account) {
        cameBy.remove(account.id());
    }

    /** How many of those who are in the chat came by that link. */
    int used(InviteLink link) {
        int count = 0;
        for (var url : cameBy.values()) if (url.equals(link.url())) count++;
        return count;
    }

    int pending(InviteLink link) {
        int count = 0;
        for (var request : requests.values()) if (link.url().equals(request.linkUrl())) count++;
        return count;
    }

    void ask(Request request) {
        requests.put(request.account().id(), request);
    }

    @Nullable
    Request request(long userId) {
        return requests.get(userId);
    }

    @Nullable
    Request requestByQuery(long queryId) {
        for (var request : requests.values()) if (request.queryId() == queryId) return request;
        return null;
    }

    void close(Request request) {
        requests.remove(request.account().id());
    }

    JsonWriter write(JsonWriter json, InviteLink link, Account viewer) {
        return link.write(json, viewer, pending(link));
    }
}
