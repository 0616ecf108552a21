#!/usr/bin/env bash
# Makes the place of Pulumi's state in your AWS account: a bucket (versioned, closed, TLS only) and a KMS key for it and for
# the secrets in the state. Once per account, before the first stack, as the stacks cannot keep what keeps them. Run
# again, it makes nothing twice.
#
#   tools/state-bucket.sh acme-pulumi-state [region]
set -euo pipefail

bucket=${1:-}
region=${2:-${AWS_REGION:-us-east-1}}
if ! [[ $bucket =~ ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$ && $bucket != ai-ecosystem-* ]]; then
  echo "usage: tools/state-bucket.sh BUCKET [REGION]" >&2
  echo "BUCKET: 3 to 63 lower-case letters, digits, dots and hyphens, unique in the world; not ai-ecosystem-…" >&2
  exit 2
fi
export AWS_PAGER="" AWS_REGION=$region AWS_DEFAULT_REGION=$region
alias=alias/${bucket//./-}

if key=$(aws kms describe-key --key-id "$alias" --query KeyMetadata.Arn --output text 2>/dev/null); then
  echo "key $alias: is there"
else
  echo "key $alias: making it"
  key=$(aws kms create-key --description "Pulumi's state in $bucket" --query KeyMetadata.Arn --output text)
  aws kms create-alias --alias-name "$alias" --target-key-id "$key"
fi
aws kms enable-key-rotation --key-id "$key"

if aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; then
  echo "bucket $bucket: is there"
else
  echo "bucket $bucket: making it"
  where=()
  # S3 does not take its first region by name
  [ "$region" = us-east-1 ] || where=(--create-bucket-configuration "LocationConstraint=$region")
  aws s3api create-bucket --bucket "$bucket" ${where[@]+"${where[@]}"} >/dev/null # bash 3.2 takes an empty array for unset
fi
aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
aws s3api put-bucket-encryption --bucket "$bucket" --server-side-encryption-configuration \
  '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"'"$key"'"},"BucketKeyEnabled":true}]}'
aws s3api put-bucket-policy --bucket "$bucket" --policy \
  '{"Version":"2012-10-17","Statement":[{"Sid":"TlsOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::'"$bucket"'","arn:aws:s3:::'"$bucket"'/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
# old states for a quarter: Pulumi writes one for each step
aws s3api put-bucket-lifecycle-configuration --bucket "$bucket" --lifecycle-configuration \
  '{"Rules":[{"ID":"old-states","Status":"Enabled","Filter":{"Prefix":""},"NoncurrentVersionExpiration":{"NoncurrentDays":90},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}'

cat <<EOF

Ready. A stack in it:

  pulumi login 's3://$bucket?region=$region'
  pulumi stack init prod --secrets-provider='awskms://$alias?region=$region'
  pulumi config set -s prod ai-ecosystem:stateBucket $bucket        # with githubRepository: for the GitHub roles
  pulumi config set -s prod ai-ecosystem:stateKmsKeyArn $key
EOF
