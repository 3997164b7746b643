// What a client counts for its developer: bytes and frames of its lines, since it began.

export class Meter {
  bytesIn = 0;
  bytesOut = 0;
  framesIn = 0;
  framesOut = 0;

  /** @param {number} bytes */
  heard(bytes) {
    this.bytesIn += bytes;
    this.framesIn += 1;
  }

  /** @param {number} bytes */
  said(bytes) {
    this.bytesOut += bytes;
    this.framesOut += 1;
  }
}
