package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** A file that a call means: one that it brings along, or one that the server is to have. */
sealed interface InputFile {
    /** Brought along, or found on this machine. */
    record Fresh(Attachments.Attachment attachment) implements InputFile {}

    /** An id or an address. */
    record Known(String reference) implements InputFile {}

    /** No such file on this machine. */
    record Missing() implements InputFile {}

    /** What a field of the call means; null if it says nothing. */
    static @Nullable InputFile of(Params params, String field) {
        return of(params, field, params.raw(field), false);
    }

    /**
     * What a value means; null if it means nothing.
     *
     * @param field     part of the call that is meant where the value names none, empty for none
     * @param onlyFresh whether ids and addresses do not count
     */
    static @Nullable InputFile of(Params params, String field, String value, boolean onlyFresh) {
        var part = field;
        if (!value.isEmpty()) {
            if (params.attachments().isLocal() && value.startsWith(Attachments.FILE)) {
                var local = params.attachments().local(value);
                return local == null ? new Missing() : new Fresh(local);
            }
            if (value.startsWith("attach://")) part = value.substring("attach://".length());
            else if (!onlyFresh) return new Known(value);
        }
        var upload = part.isEmpty() ? null : params.part(part);
        return upload == null ? null : new Fresh(params.attachments().with(upload));
    }

    /** A thumbnail must be brought along; anything else is passed over. */
    static @Nullable InputFile thumbnail(Params params, String value) {
        var named = of(params, "", value, true);
        if (named != null) return named;
        var file = of(params, "thumbnail", params.raw("thumbnail"), true);
        return file != null ? file : of(params, "thumb", params.raw("thumb"), true);
    }

    /** Bytes that it brings along. */
    default long size() {
        return this instanceof Fresh fresh
                ? fresh.attachment().upload().content().size()
                : 0;
    }
}
