/** Why a field is not as on a wire: a network card fills it in, behind where a sender's capture is taken. */
export const BEFORE_CARD = {
  checksum: 'it looks like checksum offload, and the capture was taken before the network card filled it in',
  segmentation: 'it looks like segmentation offload, and the capture was taken before the network card filled it in',
} as const;
