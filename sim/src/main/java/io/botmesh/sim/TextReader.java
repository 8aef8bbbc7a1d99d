package io.botmesh.sim;

import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.DelegatingReader;

/** A reader that cannot fetch files, as in a browser. */
final class TextReader extends DelegatingReader {
    TextReader(Carrier.Reader reader) {
        super(reader);
    }

    @Override
    public Capabilities capabilities() {
        return super.capabilities().withoutDocuments();
    }

    @Override
    public byte[] fetch(Arrival.Attachment attachment, int mostBytes) {
        throw new IllegalArgumentException("a browser may not read files");
    }
}
