package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** How a client wants links previewed. Nothing is ever fetched, so there is no preview to show. */
record LinkPreview(boolean disabled, String url, boolean small, boolean large, boolean above) {
    /** Null if nothing was asked for. */
    static @Nullable LinkPreview parse(Params params) {
        var options = Lenient.json(params.raw("link_preview_options"));
        var preview = options != null && options.isObject()
                ? new LinkPreview(
                        Lenient.flag(options, "is_disabled"),
                        Lenient.text(options, "url"),
                        Lenient.flag(options, "prefer_small_media"),
                        Lenient.flag(options, "prefer_large_media"),
                        Lenient.flag(options, "show_above_text"))
                : new LinkPreview(params.flag("disable_web_page_preview"), "", false, false, false);
        return preview.equals(new LinkPreview(false, "", false, false, false)) ? null : preview;
    }

    /** Only what a text with a link, or with a link of its own, has to say about it. */
    boolean shows(FormattedText text) {
        return !url.isEmpty() || text.has(EntityType.URL) || text.has(EntityType.TEXT_LINK);
    }

    void write(JsonWriter json) {
        json.object();
        if (disabled) json.field("is_disabled", true);
        if (!disabled && !url.isEmpty()) json.field("url", url);
        if (!disabled && small) json.field("prefer_small_media", true);
        if (!disabled && large) json.field("prefer_large_media", true);
        if (!disabled && above) json.field("show_above_text", true);
        json.endObject();
    }
}
