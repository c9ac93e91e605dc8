// The AWS SDK otherwise looks for credentials on the network.
process.env.AWS_EC2_METADATA_DISABLED = 'true';
// Colours would differ between a terminal and CI.
process.env.NO_COLOR = '1';
