# What of an archive is newer than the images here, or too old for them: a line each. Input: a list of what runs with which database
# (services/model/images/version.ts); $manifest: the archive's.
def numbers: split(".") | map(tonumber);
.[] | . as $v
  | select($manifest.contents.postgres | has($v.database))
  | (($manifest.images[$v.service] // "") | capture(":v?(?<v>[0-9]+\\.[0-9]+(\\.[0-9]+)?)($|[-+@])").v // empty) as $was
  | ($was | numbers) as $a | ($v.version | numbers) as $b
  | if $b < $a then "\($v.application): its data is of version \($was), and the image of \($v.version): take an image of \($was) or newer"
    elif $v.step == "minor" and ([$b[0] == $a[0] and $b[1] <= $a[1] + 1, $b[0] == $a[0] + 1 and $b[1] == 0] | any | not)
    then "\($v.application): its data is of version \($was), and the image of \($v.version): it goes one minor version at a time. Take an image of \($was), restore, then go on"
    else empty end
