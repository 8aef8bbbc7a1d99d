package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * A connection to a bot's own server.
 *
 * @param id          names it in the events of {@link Webhooks}
 * @param host        as the URL has it, for the certificate
 * @param ipAddress   where to connect to
 * @param certificate the only one to trust, PEM; null for those that everybody trusts
 */
public record WebhookConnection(
        long id,
        long botId,
        boolean tls,
        String host,
        String ipAddress,
        int port,
        @Nullable Blob certificate) {}
