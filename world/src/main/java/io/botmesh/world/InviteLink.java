package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * A link that leads into a chat.
 *
 * @param url                what people open
 * @param name               what administrators call it, null for nothing
 * @param expireDate         Unix seconds, 0 for never
 * @param memberLimit        how many may be in the chat by it, 0 for no limit
 * @param asks               whether administrators decide on everybody who comes by it
 * @param primary            whether it is the one link that its creator always has
 * @param subscriptionPeriod seconds, 0 if it costs nothing
 * @param subscriptionPrice  Stars a period
 */
record InviteLink(
        String url,
        Account creator,
        @Nullable String name,
        long expireDate,
        int memberLimit,
        boolean asks,
        boolean primary,
        boolean revoked,
        int subscriptionPeriod,
        int subscriptionPrice) {
    static InviteLink primary(String url, Account creator) {
        return new InviteLink(url, creator, null, 0, 0, false, true, false, 0, 0);
    }

    InviteLink revoke() {
        return new InviteLink(
                url,
                creator,
                name,
                expireDate,
                memberLimit,
                asks,
                primary,
                true,
                subscriptionPeriod,
                subscriptionPrice);
    }

    /** As a {@code ChatInviteLink}; whoever did not make it does not see all of it. */
    JsonWriter write(JsonWriter json, Account viewer, int pending) {
        json.object()
                .field("invite_link", viewer.id() == creator.id() ? url : url.substring(0, url.length() - 8) + "...");
        if (name != null) json.field("name", name);
        creator.write(json.name("creator"));
        if (expireDate != 0) json.field("expire_date", expireDate);
        if (memberLimit != 0) json.field("member_limit", memberLimit);
        if (pending != 0) json.field("pending_join_request_count", pending);
        if (subscriptionPeriod != 0) {
            json.field("subscription_period", subscriptionPeriod).field("subscription_price", subscriptionPrice);
        }
        return json.field("creates_join_request", asks)
                .field("is_primary", primary)
                .field("is_revoked", revoked)
                .endObject();
    }
}
