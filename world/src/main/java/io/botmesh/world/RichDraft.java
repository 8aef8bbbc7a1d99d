package io.botmesh.world;

import java.util.List;
import java.util.function.Supplier;

/**
 * A rich message as it was asked for, before its files are checked.
 *
 * @param blocksJson an array of {@code RichBlock} with {@link RichFiles#MARK} for each file
 * @param media      the files in their order
 */
record RichDraft(String blocksJson, List<MediaDraft> media, List<Button> buttons, boolean rightToLeft) {
    /**
     * Refuses files that cannot be sent.
     *
     * @return what makes the content, and keeps the files that are new
     */
    Supplier<Content> check(Core core, Bot bot) {
        var makers = media.stream().map(draft -> draft.check(core, bot)).toList();
        return () -> {
            var shown = makers.stream()
                    .map(maker -> {
                        var content = maker.get();
                        boolean covered = content instanceof MediaContent file && file.spoiler();
                        return new RichContent.Shown(content.files().getFirst(), covered);
                    })
                    .toList();
            return new RichContent(
                    List.of(blocksJson.split(String.valueOf(RichFiles.MARK), -1)), shown, buttons, rightToLeft);
        };
    }
}
