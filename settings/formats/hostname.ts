/** What Route 53 and ACM take: 63 characters between two dots, at the end letters, or those of another alphabet as `xn--…`. */
export const hostname =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;
