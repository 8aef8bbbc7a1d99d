package io.botmesh.bot;

import io.botmesh.botapi.Animation;
import io.botmesh.botapi.Audio;
import io.botmesh.botapi.Document;
import io.botmesh.botapi.LivePhoto;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.PhotoSize;
import io.botmesh.botapi.Sticker;
import io.botmesh.botapi.Video;
import io.botmesh.botapi.VideoNote;
import io.botmesh.botapi.Voice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file in a message, whatever it is; of a photo the largest size.
 *
 * @param fileId       to download or to send it again, valid for this bot
 * @param fileUniqueId the same for everybody and for good; of no use to download
 * @param sizeBytes    as the server says, or null
 * @param name         as its sender called it, or null
 * @param mimeType     as its sender called it, or null
 */
public record Attachment(
        String fileId,
        String fileUniqueId,
        @Nullable Long sizeBytes,
        @Nullable String name,
        @Nullable String mimeType) {
    /** An animation is sent as a document too, and a live photo as a photo. */
    static @Nullable Attachment in(Message message) {
        Animation animation = message.animation();
        if (animation != null)
            return new Attachment(
                    animation.fileId(),
                    animation.fileUniqueId(),
                    animation.fileSize(),
                    animation.fileName(),
                    animation.mimeType());
        Document document = message.document();
        if (document != null)
            return new Attachment(
                    document.fileId(),
                    document.fileUniqueId(),
                    document.fileSize(),
                    document.fileName(),
                    document.mimeType());
        Video video = message.video();
        if (video != null)
            return new Attachment(
                    video.fileId(), video.fileUniqueId(), video.fileSize(), video.fileName(), video.mimeType());
        Audio audio = message.audio();
        if (audio != null)
            return new Attachment(
                    audio.fileId(), audio.fileUniqueId(), audio.fileSize(), audio.fileName(), audio.mimeType());
        return nameless(message);
    }

    private static @Nullable Attachment nameless(Message message) {
        LivePhoto live = message.livePhoto();
        if (live != null)
            return new Attachment(live.fileId(), live.fileUniqueId(), live.fileSize(), null, live.mimeType());
        Voice voice = message.voice();
        if (voice != null)
            return new Attachment(voice.fileId(), voice.fileUniqueId(), voice.fileSize(), null, voice.mimeType());
        VideoNote note = message.videoNote();
        if (note != null) return new Attachment(note.fileId(), note.fileUniqueId(), note.fileSize(), null, null);
        Sticker sticker = message.sticker();
        if (sticker != null)
            return new Attachment(sticker.fileId(), sticker.fileUniqueId(), sticker.fileSize(), null, null);
        List<PhotoSize> photo = message.photo();
        if (photo == null || photo.isEmpty()) return null;
        PhotoSize largest = photo.getLast();
        return new Attachment(largest.fileId(), largest.fileUniqueId(), largest.fileSize(), null, null);
    }
}
