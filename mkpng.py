import struct,zlib
def chunk(n,d): return struct.pack(">I",len(d))+n+d+struct.pack(">I",zlib.crc32(n+d))
for name,ct,ch,inter in (("rgba16",6,4,0),("rgba16i",6,4,1)):
    w,h=6300,6300
    if inter:
        raw=b""
        parts=[]
        for x0,y0,dx,dy in ((0,0,8,8),(4,0,8,8),(0,4,4,8),(2,0,4,4),(0,2,2,4),(1,0,2,2),(0,1,1,2)):
            pw=(w-x0+dx-1)//dx; ph=(h-y0+dy-1)//dy
            parts.append((pw,ph))
        c=zlib.compressobj(9); out=b""
        for pw,ph in parts:
            row=b"\0"+b"\xff"*(pw*ch*2)
            for _ in range(ph): out+=c.compress(row)
        out+=c.flush()
    else:
        c=zlib.compressobj(9); out=b""; row=b"\0"+b"\xff"*(w*ch*2)
        for _ in range(h): out+=c.compress(row)
        out+=c.flush()
    d=b"\x89PNG\r\n\x1a\n"+chunk(b"IHDR",struct.pack(">IIBBBBB",w,h,16,ct,0,0,inter))+chunk(b"IDAT",out)+chunk(b"IEND",b"")
    open(f"/tmp/redteam2.{name}.png","wb").write(d); print(name,len(d))
